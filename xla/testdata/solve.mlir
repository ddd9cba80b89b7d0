module @xla_test_init_func3_1 {
  func.func public @main(%_0: tensor<3x3xf64>, %_1: tensor<3xf64>) -> (tensor<3xf64>) {
    %reshape = stablehlo.reshape %_1 : (tensor<3xf64>) -> tensor<3x1xf64> loc("export_test.go":42:0)
    %c = stablehlo.constant dense<"0x000000000100000002000000"> : tensor<3xi32>
    %c_1 = stablehlo.constant dense<[[false, false, false], [true, false, false], [true, true, false]]> : tensor<3x3xi1>
    %c_2 = stablehlo.constant dense<[[true, true, true], [false, true, true], [false, false, true]]> : tensor<3x3xi1>
    %reshape_1 = stablehlo.reshape %_0 : (tensor<3x3xf64>) -> tensor<1x3x3xf64> loc("export_test.go":43:0)
    %reshape_2 = stablehlo.reshape %reshape_1 : (tensor<1x3x3xf64>) -> tensor<3x3xf64> loc("export_test.go":43:0)
    %abs = stablehlo.abs %reshape_2 : tensor<3x3xf64> loc("export_test.go":43:0)
    %cst = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
    %reduce = stablehlo.reduce(%abs init: %cst) applies stablehlo.maximum across dimensions = [0, 1] : (tensor<3x3xf64>, tensor<f64>) -> tensor<f64> loc("export_test.go":43:0)
    %cst_1 = stablehlo.constant dense<1.9760442725810052e+92> : tensor<f64>
    %lt = stablehlo.compare LT, %cst_1, %reduce, FLOAT : (tensor<f64>, tensor<f64>) -> tensor<i1> loc("export_test.go":43:0)
    %cst_2 = stablehlo.constant dense<5.0606153610812196e-93> : tensor<f64>
    %lt_1 = stablehlo.compare LT, %reduce, %cst_2, FLOAT : (tensor<f64>, tensor<f64>) -> tensor<i1> loc("export_test.go":43:0)
    %or = stablehlo.or %lt, %lt_1 : tensor<i1> loc("export_test.go":43:0)
    %is_finite = "stablehlo.is_finite"(%reduce) : (tensor<f64>) -> tensor<i1> loc("export_test.go":43:0)
    %cst_3 = stablehlo.constant dense<0.0e+00> : tensor<f64>
    %lt_2 = stablehlo.compare LT, %cst_3, %reduce, FLOAT : (tensor<f64>, tensor<f64>) -> tensor<i1> loc("export_test.go":43:0)
    %and = stablehlo.and %is_finite, %lt_2 : tensor<i1> loc("export_test.go":43:0)
    %and_1 = stablehlo.and %or, %and : tensor<i1> loc("export_test.go":43:0)
    %cst_4 = stablehlo.constant dense<1.0e+00> : tensor<f64>
    %select = stablehlo.select %and_1, %reduce, %cst_4 : tensor<i1>, tensor<f64> loc("export_test.go":43:0)
    %broadcast = stablehlo.broadcast_in_dim %select, dims = [] : (tensor<f64>) -> tensor<3x3xf64> loc("export_test.go":43:0)
    %divide = stablehlo.divide %reshape_2, %broadcast : tensor<3x3xf64> loc("export_test.go":43:0)
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %while:3 = stablehlo.while(%arg = %c_3, %arg_1 = %divide, %arg_2 = %c) : tensor<i32>, tensor<3x3xf64>, tensor<3xi32>
    cond {
      %c_4 = stablehlo.constant dense<3> : tensor<i32>
      %lt_3 = stablehlo.compare LT, %arg, %c_4, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1> loc("export_test.go":43:0)
      stablehlo.return %lt_3 : tensor<i1>
    } do {
      %dynamic_slice = "stablehlo.dynamic_slice"(%c, %arg) {slice_sizes = array<i64: 1>} : (tensor<3xi32>, tensor<i32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_3 = stablehlo.reshape %dynamic_slice : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %reshape_4 = stablehlo.reshape %reshape_3 : (tensor<i32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %c_5 = stablehlo.constant dense<0> : tensor<1xi32>
      %concatenate = "stablehlo.concatenate"(%c_5, %reshape_4) {dimension = 0 : i64} : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32> loc("export_test.go":43:0)
      %slice = stablehlo.slice %concatenate [0:1:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_5 = stablehlo.reshape %slice : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %slice_1 = stablehlo.slice %concatenate [1:2:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_6 = stablehlo.reshape %slice_1 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %dynamic_slice_1 = "stablehlo.dynamic_slice"(%arg_1, %reshape_5, %reshape_6) {slice_sizes = array<i64: 3, 1>} : (tensor<3x3xf64>, tensor<i32>, tensor<i32>) -> tensor<3x1xf64> loc("export_test.go":43:0)
      %reshape_7 = stablehlo.reshape %dynamic_slice_1 : (tensor<3x1xf64>) -> tensor<3xf64> loc("export_test.go":43:0)
      %broadcast_1 = stablehlo.broadcast_in_dim %reshape_3, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %le = stablehlo.compare LE, %broadcast_1, %c, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":43:0)
      %abs_1 = stablehlo.abs %reshape_7 : tensor<3xf64> loc("export_test.go":43:0)
      %cst_5 = stablehlo.constant dense<-1.0e+00> : tensor<3xf64>
      %select_1 = stablehlo.select %le, %abs_1, %cst_5 : tensor<3xi1>, tensor<3xf64> loc("export_test.go":43:0)
      %iota = stablehlo.iota dim = 0 : tensor<3xi32> loc("export_test.go":43:0)
      %reduce_1 = stablehlo.reduce(%select_1 init: %cst) applies stablehlo.maximum across dimensions = [0] : (tensor<3xf64>, tensor<f64>) -> tensor<f64> loc("export_test.go":43:0)
      %broadcast_2 = stablehlo.broadcast_in_dim %reduce_1, dims = [] : (tensor<f64>) -> tensor<3xf64> loc("export_test.go":43:0)
      %eq = stablehlo.compare EQ, %select_1, %broadcast_2, FLOAT : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xi1> loc("export_test.go":43:0)
      %ne = stablehlo.compare NE, %select_1, %select_1, FLOAT : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xi1> loc("export_test.go":43:0)
      %or_1 = stablehlo.or %eq, %ne : tensor<3xi1> loc("export_test.go":43:0)
      %c_6 = stablehlo.constant dense<3> : tensor<3xi32>
      %select_2 = stablehlo.select %or_1, %iota, %c_6 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":43:0)
      %c_7 = stablehlo.constant dense<2147483647> : tensor<i32>
      %reduce_2 = stablehlo.reduce(%select_2 init: %c_7) applies stablehlo.minimum across dimensions = [0] : (tensor<3xi32>, tensor<i32>) -> tensor<i32> loc("export_test.go":43:0)
      %broadcast_3 = stablehlo.broadcast_in_dim %reshape_3, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %eq_1 = stablehlo.compare EQ, %c, %broadcast_3, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":43:0)
      %broadcast_4 = stablehlo.broadcast_in_dim %reduce_2, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %broadcast_5 = stablehlo.broadcast_in_dim %reduce_2, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %eq_2 = stablehlo.compare EQ, %c, %broadcast_5, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":43:0)
      %broadcast_6 = stablehlo.broadcast_in_dim %reshape_3, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %select_3 = stablehlo.select %eq_2, %broadcast_6, %c : tensor<3xi1>, tensor<3xi32> loc("export_test.go":43:0)
      %select_4 = stablehlo.select %eq_1, %broadcast_4, %select_3 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":43:0)
      %c_8 = stablehlo.constant dense<0> : tensor<3xi32>
      %maximum = stablehlo.maximum %select_4, %c_8 : tensor<3xi32> loc("export_test.go":43:0)
      %c_9 = stablehlo.constant dense<2> : tensor<3xi32>
      %minimum = stablehlo.minimum %maximum, %c_9 : tensor<3xi32> loc("export_test.go":43:0)
      %gather = "stablehlo.gather"(%arg_1, %minimum) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>} : (tensor<3x3xf64>, tensor<3xi32>) -> tensor<3x3xf64> loc("export_test.go":43:0)
      %maximum_1 = stablehlo.maximum %select_4, %c_8 : tensor<3xi32> loc("export_test.go":43:0)
      %minimum_1 = stablehlo.minimum %maximum_1, %c_9 : tensor<3xi32> loc("export_test.go":43:0)
      %gather_1 = "stablehlo.gather"(%arg_2, %minimum_1) {dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>} : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %maximum_2 = stablehlo.maximum %select_4, %c_8 : tensor<3xi32> loc("export_test.go":43:0)
      %minimum_2 = stablehlo.minimum %maximum_2, %c_9 : tensor<3xi32> loc("export_test.go":43:0)
      %gather_2 = "stablehlo.gather"(%reshape_7, %minimum_2) {dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>} : (tensor<3xf64>, tensor<3xi32>) -> tensor<3xf64> loc("export_test.go":43:0)
      %reshape_8 = stablehlo.reshape %reshape_3 : (tensor<i32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %concatenate_1 = "stablehlo.concatenate"(%reshape_8, %c_5) {dimension = 0 : i64} : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32> loc("export_test.go":43:0)
      %slice_2 = stablehlo.slice %concatenate_1 [0:1:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_9 = stablehlo.reshape %slice_2 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %slice_3 = stablehlo.slice %concatenate_1 [1:2:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_10 = stablehlo.reshape %slice_3 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %dynamic_slice_2 = "stablehlo.dynamic_slice"(%gather, %reshape_9, %reshape_10) {slice_sizes = array<i64: 1, 3>} : (tensor<3x3xf64>, tensor<i32>, tensor<i32>) -> tensor<1x3xf64> loc("export_test.go":43:0)
      %reshape_11 = stablehlo.reshape %dynamic_slice_2 : (tensor<1x3xf64>) -> tensor<3xf64> loc("export_test.go":43:0)
      %reshape_12 = stablehlo.reshape %reshape_3 : (tensor<i32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %slice_4 = stablehlo.slice %reshape_12 [0:1:1] : (tensor<1xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_13 = stablehlo.reshape %slice_4 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %dynamic_slice_3 = "stablehlo.dynamic_slice"(%gather_2, %reshape_13) {slice_sizes = array<i64: 1>} : (tensor<3xf64>, tensor<i32>) -> tensor<1xf64> loc("export_test.go":43:0)
      %broadcast_7 = stablehlo.broadcast_in_dim %reshape_3, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":43:0)
      %lt_4 = stablehlo.compare LT, %broadcast_7, %c, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":43:0)
      %cst_6 = stablehlo.constant dense<0.0e+00> : tensor<1xf64>
      %eq_3 = stablehlo.compare EQ, %dynamic_slice_3, %cst_6, FLOAT : (tensor<1xf64>, tensor<1xf64>) -> tensor<1xi1> loc("export_test.go":43:0)
      %cst_7 = stablehlo.constant dense<1.0e+00> : tensor<1xf64>
      %select_5 = stablehlo.select %eq_3, %cst_7, %dynamic_slice_3 : tensor<1xi1>, tensor<1xf64> loc("export_test.go":43:0)
      %reshape_14 = stablehlo.reshape %select_5 : (tensor<1xf64>) -> tensor<f64> loc("export_test.go":43:0)
      %broadcast_8 = stablehlo.broadcast_in_dim %reshape_14, dims = [] : (tensor<f64>) -> tensor<3xf64> loc("export_test.go":43:0)
      %divide_1 = stablehlo.divide %gather_2, %broadcast_8 : tensor<3xf64> loc("export_test.go":43:0)
      %cst_8 = stablehlo.constant dense<0.0e+00> : tensor<3xf64>
      %select_6 = stablehlo.select %lt_4, %divide_1, %cst_8 : tensor<3xi1>, tensor<3xf64> loc("export_test.go":43:0)
      %broadcast_9 = stablehlo.broadcast_in_dim %select_6, dims = [0] : (tensor<3xf64>) -> tensor<3x3xf64> loc("export_test.go":43:0)
      %select_7 = stablehlo.select %lt_4, %reshape_11, %cst_8 : tensor<3xi1>, tensor<3xf64> loc("export_test.go":43:0)
      %broadcast_10 = stablehlo.broadcast_in_dim %select_7, dims = [1] : (tensor<3xf64>) -> tensor<3x3xf64> loc("export_test.go":43:0)
      %multiply = stablehlo.multiply %broadcast_9, %broadcast_10 : tensor<3x3xf64> loc("export_test.go":43:0)
      %subtract = stablehlo.subtract %gather, %multiply : tensor<3x3xf64> loc("export_test.go":43:0)
      %select_8 = stablehlo.select %lt_4, %select_6, %gather_2 : tensor<3xi1>, tensor<3xf64> loc("export_test.go":43:0)
      %reshape_15 = stablehlo.reshape %select_8 : (tensor<3xf64>) -> tensor<3x1xf64> loc("export_test.go":43:0)
      %reshape_16 = stablehlo.reshape %reshape_3 : (tensor<i32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %concatenate_2 = "stablehlo.concatenate"(%c_5, %reshape_16) {dimension = 0 : i64} : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32> loc("export_test.go":43:0)
      %slice_5 = stablehlo.slice %concatenate_2 [0:1:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_17 = stablehlo.reshape %slice_5 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %slice_6 = stablehlo.slice %concatenate_2 [1:2:1] : (tensor<2xi32>) -> tensor<1xi32> loc("export_test.go":43:0)
      %reshape_18 = stablehlo.reshape %slice_6 : (tensor<1xi32>) -> tensor<i32> loc("export_test.go":43:0)
      %dynamic_update_slice = "stablehlo.dynamic_update_slice"(%subtract, %reshape_15, %reshape_17, %reshape_18) : (tensor<3x3xf64>, tensor<3x1xf64>, tensor<i32>, tensor<i32>) -> tensor<3x3xf64> loc("export_test.go":43:0)
      %c_10 = stablehlo.constant dense<1> : tensor<i32>
      %add = stablehlo.add %arg, %c_10 : tensor<i32> loc("export_test.go":43:0)
      stablehlo.return %add, %dynamic_update_slice, %gather_1 : tensor<i32>, tensor<3x3xf64>, tensor<3xi32>
    } loc("export_test.go":43:0)
    %cst_9 = stablehlo.constant dense<0.0e+00> : tensor<3x3xf64>
    %select_9 = stablehlo.select %c_1, %while#1, %cst_9 : tensor<3x3xi1>, tensor<3x3xf64> loc("export_test.go":43:0)
    %select_10 = stablehlo.select %c_2, %while#1, %cst_9 : tensor<3x3xi1>, tensor<3x3xf64> loc("export_test.go":43:0)
    %broadcast_11 = stablehlo.broadcast_in_dim %select, dims = [] : (tensor<f64>) -> tensor<3x3xf64> loc("export_test.go":43:0)
    %multiply_1 = stablehlo.multiply %select_10, %broadcast_11 : tensor<3x3xf64> loc("export_test.go":43:0)
    %add_1 = stablehlo.add %select_9, %multiply_1 : tensor<3x3xf64> loc("export_test.go":43:0)
    %c_11 = stablehlo.constant dense<0> : tensor<3xi32>
    %maximum_3 = stablehlo.maximum %while#2, %c_11 : tensor<3xi32> loc("export_test.go":43:0)
    %c_12 = stablehlo.constant dense<2> : tensor<3xi32>
    %minimum_3 = stablehlo.minimum %maximum_3, %c_12 : tensor<3xi32> loc("export_test.go":43:0)
    %gather_3 = "stablehlo.gather"(%reshape, %minimum_3) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>} : (tensor<3x1xf64>, tensor<3xi32>) -> tensor<3x1xf64> loc("export_test.go":43:0)
    %triangular_solve = "stablehlo.triangular_solve"(%add_1, %gather_3) {left_side = true, lower = true, unit_diagonal = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>} : (tensor<3x3xf64>, tensor<3x1xf64>) -> tensor<3x1xf64> loc("export_test.go":43:0)
    %triangular_solve_1 = "stablehlo.triangular_solve"(%add_1, %triangular_solve) {left_side = true, lower = false, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>} : (tensor<3x3xf64>, tensor<3x1xf64>) -> tensor<3x1xf64> loc("export_test.go":43:0)
    %reshape_19 = stablehlo.reshape %triangular_solve_1 : (tensor<3x1xf64>) -> tensor<3xf64> loc("export_test.go":42:0)
    return %reshape_19 : tensor<3xf64>
  }
}
