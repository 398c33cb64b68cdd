/** What tests of several modules share. */
@NullMarked
package dev.parley.testkit;

import org.jspecify.annotations.NullMarked;
