/**
 * What the routines stand on: system space and its PTEs, pools, user memory, page locks and cache
 * attributes. It decides nothing about calls.
 */
@NullMarked
package dev.mapwright.windows.memory;

import org.jspecify.annotations.NullMarked;
