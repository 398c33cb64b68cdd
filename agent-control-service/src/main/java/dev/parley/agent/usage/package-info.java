/** What agents have used: sums over time, and the daily budget. Pure. */
@NullMarked
package dev.parley.agent.usage;

import org.jspecify.annotations.NullMarked;
