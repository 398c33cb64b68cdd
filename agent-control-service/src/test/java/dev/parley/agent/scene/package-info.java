/** Tests. */
@NullMarked
package dev.parley.agent.scene;

import org.jspecify.annotations.NullMarked;
