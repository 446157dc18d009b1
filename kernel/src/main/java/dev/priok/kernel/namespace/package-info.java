/** Work inside the namespaces of somebody else, and namespaces of our own. */
@NullMarked
package dev.priok.kernel.namespace;

import org.jspecify.annotations.NullMarked;
