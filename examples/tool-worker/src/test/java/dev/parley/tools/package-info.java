/** Tests of the example. */
@NullMarked
package dev.parley.tools;

import org.jspecify.annotations.NullMarked;
