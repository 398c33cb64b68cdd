/** Every way in which a bearer JWT is refused. */
@NullMarked
package dev.parley.token.caller;

import org.jspecify.annotations.NullMarked;
