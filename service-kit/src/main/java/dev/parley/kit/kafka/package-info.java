/** Publishing events: awaited, bounded, with stable ids. */
@NullMarked
package dev.parley.kit.kafka;

import org.jspecify.annotations.NullMarked;
