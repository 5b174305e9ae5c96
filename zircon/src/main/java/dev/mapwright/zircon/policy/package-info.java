/**
 * The decisions on which the interface of 2017 and its successors differ, apart from names and the
 * order of arguments. Everything else is common code.
 */
@NullMarked
package dev.mapwright.zircon.policy;

import org.jspecify.annotations.NullMarked;
