/** Programs that are nothing but system calls, made here and run as processes of their own. */
@NullMarked
package dev.priok.kernel.program;

import org.jspecify.annotations.NullMarked;
