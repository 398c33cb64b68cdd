/** Tests. */
@NullMarked
package dev.parley.kit.secret;

import org.jspecify.annotations.NullMarked;
