/** Tests. */
@NullMarked
package dev.parley.agent.reaper;

import org.jspecify.annotations.NullMarked;
