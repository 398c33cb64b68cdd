/** The audit trail while its sink fails. */
@NullMarked
package dev.parley.token.audit;

import org.jspecify.annotations.NullMarked;
