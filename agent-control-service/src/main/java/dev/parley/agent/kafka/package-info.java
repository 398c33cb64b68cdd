/**
 * The worker: commands and facts in, one room in order, outcomes out; and the view that answers
 * reads.
 */
@NullMarked
package dev.parley.agent.kafka;

import org.jspecify.annotations.NullMarked;
