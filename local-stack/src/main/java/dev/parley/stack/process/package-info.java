/** Starting, watching and stopping the processes of the local stack. */
@NullMarked
package dev.parley.stack.process;

import org.jspecify.annotations.NullMarked;
