module @xla_test_init_func4_1 {
  sdy.mesh @mesh = <["data"=2]>
  func.func public @main(%arg: tensor<4x3xf64> {sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}) -> (tensor<4xf64> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}) {
    %transpose = "stablehlo.transpose"(%arg) {permutation = array<i64: 1, 0>} : (tensor<4x3xf64>) -> tensor<3x4xf64> loc("export_test.go":48:0)
    %dot_general = "stablehlo.dot_general"(%arg, %transpose) {dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [], rhs_batching_dimensions = [], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]} : (tensor<4x3xf64>, tensor<3x4xf64>) -> tensor<4x4xf64> loc("export_test.go":48:0)
    %shard = sdy.sharding_constraint %dot_general <@mesh, [{}, {"data"}]> : tensor<4x4xf64> loc("export_test.go":48:0)
    %cst = stablehlo.constant dense<0.0e+00> : tensor<f64>
    %reduce = stablehlo.reduce(%shard init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<4x4xf64>, tensor<f64>) -> tensor<4xf64> loc("export_test.go":48:0)
    return %reduce : tensor<4xf64>
  }
}
