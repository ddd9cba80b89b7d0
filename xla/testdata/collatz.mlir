module @xla_test_init_func2_Vmap_3 {
  func.func public @main(%arg: tensor<3xi32>) -> (tensor<3xi32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %broadcast = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":34:0)
    %c_1 = stablehlo.constant dense<1> : tensor<3xi32>
    %lt = stablehlo.compare LT, %c_1, %arg, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":34:0)
    %while:3 = stablehlo.while(%arg_1 = %arg, %arg_2 = %broadcast, %arg_3 = %lt) : tensor<3xi32>, tensor<3xi32>, tensor<3xi1>
    cond {
      %c_2 = stablehlo.constant dense<false> : tensor<i1>
      %reduce = stablehlo.reduce(%arg_3 init: %c_2) applies stablehlo.or across dimensions = [0] : (tensor<3xi1>, tensor<i1>) -> tensor<i1> loc("export_test.go":34:0)
      stablehlo.return %reduce : tensor<i1>
    } do {
      %c_3 = stablehlo.constant dense<2> : tensor<3xi32>
      %remainder = stablehlo.remainder %arg_1, %c_3 : tensor<3xi32> loc("export_test.go":29:0)
      %c_4 = stablehlo.constant dense<0> : tensor<3xi32>
      %eq = stablehlo.compare EQ, %remainder, %c_4, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":29:0)
      %convert = stablehlo.convert %eq : (tensor<3xi1>) -> tensor<3xi32> loc("export_test.go":29:0)
      %c_5 = stablehlo.constant dense<"0x000000000100000002000000"> : tensor<3xi32>
      %minimum = stablehlo.minimum %convert, %c_1 : tensor<3xi32> loc("export_test.go":29:0)
      %maximum = stablehlo.maximum %minimum, %c_4 : tensor<3xi32> loc("export_test.go":29:0)
      %eq_1 = stablehlo.compare EQ, %maximum, %c_4, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":29:0)
      %c_6 = stablehlo.constant dense<3> : tensor<3xi32>
      %select = stablehlo.select %eq_1, %c_5, %c_6 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %c_7 = stablehlo.constant dense<2147483647> : tensor<i32>
      %reduce_1 = stablehlo.reduce(%select init: %c_7) applies stablehlo.minimum across dimensions = [0] : (tensor<3xi32>, tensor<i32>) -> tensor<i32> loc("export_test.go":29:0)
      %broadcast_1 = stablehlo.broadcast_in_dim %reduce_1, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":29:0)
      %select_1 = stablehlo.select %eq_1, %c_5, %broadcast_1 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %c_8 = stablehlo.constant dense<false> : tensor<i1>
      %reduce_2 = stablehlo.reduce(%eq_1 init: %c_8) applies stablehlo.or across dimensions = [0] : (tensor<3xi1>, tensor<i1>) -> tensor<i1> loc("export_test.go":29:0)
      %convert_1 = stablehlo.convert %reduce_2 : (tensor<i1>) -> tensor<i32> loc("export_test.go":29:0)
      %maximum_1 = stablehlo.maximum %convert_1, %c : tensor<i32> loc("export_test.go":29:0)
      %c_9 = stablehlo.constant dense<1> : tensor<i32>
      %minimum_1 = stablehlo.minimum %maximum_1, %c_9 : tensor<i32> loc("export_test.go":29:0)
      %case = "stablehlo.case"(%minimum_1) ({
        stablehlo.return %c_4 : tensor<3xi32>
      }, {
        %maximum_2 = stablehlo.maximum %select_1, %c_4 : tensor<3xi32> loc("export_test.go":29:0)
        %minimum_2 = stablehlo.minimum %maximum_2, %c_3 : tensor<3xi32> loc("export_test.go":29:0)
        %gather = "stablehlo.gather"(%arg_1, %minimum_2) {dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>} : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32> loc("export_test.go":29:0)
        %multiply = stablehlo.multiply %gather, %c_6 : tensor<3xi32> loc("export_test.go":31:0)
        %add = stablehlo.add %multiply, %c_1 : tensor<3xi32> loc("export_test.go":31:0)
        stablehlo.return %add : tensor<3xi32>
      }) : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":29:0)
      %select_2 = stablehlo.select %eq_1, %case, %c_4 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %eq_2 = stablehlo.compare EQ, %maximum, %c_1, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":29:0)
      %select_3 = stablehlo.select %eq_2, %c_5, %c_6 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %reduce_3 = stablehlo.reduce(%select_3 init: %c_7) applies stablehlo.minimum across dimensions = [0] : (tensor<3xi32>, tensor<i32>) -> tensor<i32> loc("export_test.go":29:0)
      %broadcast_2 = stablehlo.broadcast_in_dim %reduce_3, dims = [] : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":29:0)
      %select_4 = stablehlo.select %eq_2, %c_5, %broadcast_2 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %reduce_4 = stablehlo.reduce(%eq_2 init: %c_8) applies stablehlo.or across dimensions = [0] : (tensor<3xi1>, tensor<i1>) -> tensor<i1> loc("export_test.go":29:0)
      %convert_2 = stablehlo.convert %reduce_4 : (tensor<i1>) -> tensor<i32> loc("export_test.go":29:0)
      %maximum_3 = stablehlo.maximum %convert_2, %c : tensor<i32> loc("export_test.go":29:0)
      %minimum_3 = stablehlo.minimum %maximum_3, %c_9 : tensor<i32> loc("export_test.go":29:0)
      %case_1 = "stablehlo.case"(%minimum_3) ({
        stablehlo.return %c_4 : tensor<3xi32>
      }, {
        %maximum_4 = stablehlo.maximum %select_4, %c_4 : tensor<3xi32> loc("export_test.go":29:0)
        %minimum_4 = stablehlo.minimum %maximum_4, %c_3 : tensor<3xi32> loc("export_test.go":29:0)
        %gather_1 = "stablehlo.gather"(%arg_1, %minimum_4) {dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>} : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32> loc("export_test.go":29:0)
        %divide = stablehlo.divide %gather_1, %c_3 : tensor<3xi32> loc("export_test.go":30:0)
        stablehlo.return %divide : tensor<3xi32>
      }) : (tensor<i32>) -> tensor<3xi32> loc("export_test.go":29:0)
      %select_5 = stablehlo.select %eq_2, %case_1, %select_2 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":29:0)
      %add_1 = stablehlo.add %arg_2, %c_1 : tensor<3xi32> loc("export_test.go":35:0)
      %select_6 = stablehlo.select %arg_3, %select_5, %arg_1 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":34:0)
      %select_7 = stablehlo.select %arg_3, %add_1, %arg_2 : tensor<3xi1>, tensor<3xi32> loc("export_test.go":34:0)
      %lt_1 = stablehlo.compare LT, %c_1, %select_6, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1> loc("export_test.go":34:0)
      %and = stablehlo.and %arg_3, %lt_1 : tensor<3xi1> loc("export_test.go":34:0)
      stablehlo.return %select_6, %select_7, %and : tensor<3xi32>, tensor<3xi32>, tensor<3xi1>
    } loc("export_test.go":34:0)
    return %while#1 : tensor<3xi32>
  }
}
