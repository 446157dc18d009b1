/**
 * Programs beside the daemon that do a part of its work, over the plugin protocol v1: JSON requests
 * on a socket that is found by the plugin's name.
 */
@NullMarked
package dev.priok.host.plugin;

import org.jspecify.annotations.NullMarked;
