/** When an agent is stopped although nobody asked. Pure. */
@NullMarked
package dev.parley.agent.reaper;

import org.jspecify.annotations.NullMarked;
