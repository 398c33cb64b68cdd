/** Tests of usage sums and budgets. */
@NullMarked
package dev.parley.agent.usage;

import org.jspecify.annotations.NullMarked;
