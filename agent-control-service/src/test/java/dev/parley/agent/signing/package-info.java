/** Tests. */
@NullMarked
package dev.parley.agent.signing;

import org.jspecify.annotations.NullMarked;
