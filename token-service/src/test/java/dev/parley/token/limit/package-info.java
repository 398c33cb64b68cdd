/** Rate limits. */
@NullMarked
package dev.parley.token.limit;

import org.jspecify.annotations.NullMarked;
