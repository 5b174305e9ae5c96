/**
 * The numbers of Magenta's binary interface under their documented names: statuses, rights, flags,
 * opcodes, topics and limits. Constants only; nothing here decides anything.
 */
@NullMarked
package dev.mapwright.zircon.abi;

import org.jspecify.annotations.NullMarked;
