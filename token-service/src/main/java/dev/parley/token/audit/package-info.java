/** The audit trail of issued and refused tokens; never a token. */
@NullMarked
package dev.parley.token.audit;

import org.jspecify.annotations.NullMarked;
