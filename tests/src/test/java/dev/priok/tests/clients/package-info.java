@NullMarked
package dev.priok.tests.clients;

import org.jspecify.annotations.NullMarked;
