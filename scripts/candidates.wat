;; The words by which src/crash/text/fast-candidates.ts knows a line that may be about a frame, sixteen bytes at a time:
;; `0x`, `w??m`, `$f`, `p:` and `k:`. Assembled by `wasm-as -all` (Binaryen); the bytes stand in that file.
(module
  (memory (export "memory") 3)
  (func (export "find") (param $at i32) (param $end i32) (result i32)
    (local $v v128) (local $n v128) (local $mask i32)
    (block $none
      (loop $next
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $v (v128.load (local.get $at)))
        (local.set $n (v128.load offset=1 (local.get $at)))
        (local.set $mask (i8x16.bitmask
          (v128.or
            (v128.or
              (v128.and (i8x16.eq (local.get $v) (v128.const i8x16 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48))
                        (i8x16.eq (local.get $n) (v128.const i8x16 120 120 120 120 120 120 120 120 120 120 120 120 120 120 120 120)))
              (v128.and (i8x16.eq (local.get $v) (v128.const i8x16 119 119 119 119 119 119 119 119 119 119 119 119 119 119 119 119))
                        (i8x16.eq (v128.load offset=3 (local.get $at)) (v128.const i8x16 109 109 109 109 109 109 109 109 109 109 109 109 109 109 109 109))))
            (v128.or
              (v128.and (i8x16.eq (local.get $v) (v128.const i8x16 36 36 36 36 36 36 36 36 36 36 36 36 36 36 36 36))
                        (i8x16.eq (local.get $n) (v128.const i8x16 102 102 102 102 102 102 102 102 102 102 102 102 102 102 102 102)))
              (v128.and (i8x16.eq (local.get $n) (v128.const i8x16 58 58 58 58 58 58 58 58 58 58 58 58 58 58 58 58))
                        (v128.or (i8x16.eq (local.get $v) (v128.const i8x16 112 112 112 112 112 112 112 112 112 112 112 112 112 112 112 112))
                                 (i8x16.eq (local.get $v) (v128.const i8x16 107 107 107 107 107 107 107 107 107 107 107 107 107 107 107 107))))))))
        (if (local.get $mask)
          (then (return (i32.add (local.get $at) (i32.ctz (local.get $mask))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (i32.const -1)))
