/** Parley's own credential: who a caller is and which room it may enter. */
@NullMarked
package dev.parley.kit.session;

import org.jspecify.annotations.NullMarked;
