/** What is answered when something goes wrong. */
@NullMarked
package dev.parley.kit.problem;

import org.jspecify.annotations.NullMarked;
