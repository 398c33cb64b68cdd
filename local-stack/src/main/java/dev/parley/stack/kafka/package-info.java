/** The broker as a process of its own. */
@NullMarked
package dev.parley.stack.kafka;

import org.jspecify.annotations.NullMarked;
