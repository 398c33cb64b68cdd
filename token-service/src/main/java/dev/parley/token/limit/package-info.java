/** How often a caller may ask. */
@NullMarked
package dev.parley.token.limit;

import org.jspecify.annotations.NullMarked;
