/**
 * User memory of processes: pageable, and mapped there by drivers. It decides nothing about calls.
 */
@NullMarked
package dev.mapwright.windows.memory.user;

import org.jspecify.annotations.NullMarked;
