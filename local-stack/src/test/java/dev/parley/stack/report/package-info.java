/** Tests. */
@NullMarked
package dev.parley.stack.report;

import org.jspecify.annotations.NullMarked;
