/** Tests. */
@NullMarked
package dev.parley.stack.issuer;

import org.jspecify.annotations.NullMarked;
