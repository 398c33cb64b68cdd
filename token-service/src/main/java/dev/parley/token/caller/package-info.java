/**
 * Who calls: bearer JWTs of the operator's identity providers, verified and remembered for a while.
 */
@NullMarked
package dev.parley.token.caller;

import org.jspecify.annotations.NullMarked;
