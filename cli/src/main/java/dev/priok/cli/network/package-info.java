/** Commands about networks. */
@NullMarked
package dev.priok.cli.network;

import org.jspecify.annotations.NullMarked;
