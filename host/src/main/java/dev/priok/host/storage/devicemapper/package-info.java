/** Whole trees on thin devices of device-mapper, each with a file system of its own. */
@NullMarked
package dev.priok.host.storage.devicemapper;

import org.jspecify.annotations.NullMarked;
