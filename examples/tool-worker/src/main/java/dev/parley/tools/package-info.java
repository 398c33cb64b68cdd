/** Example: a tool worker that answers the weather. */
@NullMarked
package dev.parley.tools;

import org.jspecify.annotations.NullMarked;
