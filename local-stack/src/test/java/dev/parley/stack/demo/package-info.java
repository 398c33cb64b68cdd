/** Tests. */
@NullMarked
package dev.parley.stack.demo;

import org.jspecify.annotations.NullMarked;
