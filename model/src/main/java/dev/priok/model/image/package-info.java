/** Images as registries and archives know them: references, platforms, manifests, configs. */
@NullMarked
package dev.priok.model.image;

import org.jspecify.annotations.NullMarked;
