/** Tests. */
@NullMarked
package dev.parley.stack.process;

import org.jspecify.annotations.NullMarked;
