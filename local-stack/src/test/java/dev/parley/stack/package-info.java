/** Tests. */
@NullMarked
package dev.parley.stack;

import org.jspecify.annotations.NullMarked;
