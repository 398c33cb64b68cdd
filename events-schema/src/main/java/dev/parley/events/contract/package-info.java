/**
 * What the contract says about its own fields, read from the types: schemas, documents, masking.
 */
@NullMarked
package dev.parley.events.contract;

import org.jspecify.annotations.NullMarked;
