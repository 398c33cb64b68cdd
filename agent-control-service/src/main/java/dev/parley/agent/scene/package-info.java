/** Scenes: named templates of the body that starts an agent. */
@NullMarked
package dev.parley.agent.scene;

import org.jspecify.annotations.NullMarked;
