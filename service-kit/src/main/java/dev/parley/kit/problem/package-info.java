/** Answers when something is wrong: RFC 9457 problem details, one mapper for every service. */
@NullMarked
package dev.parley.kit.problem;

import org.jspecify.annotations.NullMarked;
