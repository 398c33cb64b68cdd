/** The development identity provider of the local stack; never for production. */
@NullMarked
package dev.parley.stack.issuer;

import org.jspecify.annotations.NullMarked;
