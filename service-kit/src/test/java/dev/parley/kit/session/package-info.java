/** Tests. */
@NullMarked
package dev.parley.kit.session;

import org.jspecify.annotations.NullMarked;
