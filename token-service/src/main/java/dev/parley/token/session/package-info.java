/** The session JWT: Parley's own credential, its keys and their rotation. */
@NullMarked
package dev.parley.token.session;

import org.jspecify.annotations.NullMarked;
