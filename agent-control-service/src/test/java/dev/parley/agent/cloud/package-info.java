/** Tests. */
@NullMarked
package dev.parley.agent.cloud;

import org.jspecify.annotations.NullMarked;
