/** Tests. */
@NullMarked
package dev.parley.agent.kafka;

import org.jspecify.annotations.NullMarked;
