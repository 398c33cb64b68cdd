/**
 * The applications that tokens are issued for, their keys and limits; and what is wrong with a
 * token.
 */
@NullMarked
package dev.parley.token.app;

import org.jspecify.annotations.NullMarked;
