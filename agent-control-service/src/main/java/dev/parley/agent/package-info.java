/** An agent task's life: which states there are, and what leads from one to the next. Pure. */
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
