module @num_Grad_func1 {
  func.func public @main(%W: tensor<2x3xf64>, %B: tensor<3xf64>) -> (tensor<2x3xf64>, tensor<3xf64>) {
    %cst = stablehlo.constant dense<2.0e+00> : tensor<2x3xf64>
    %multiply = stablehlo.multiply %W, %cst : tensor<2x3xf64> loc("export_test.go":21:0)
    %broadcast = stablehlo.broadcast_in_dim %B, dims = [1] : (tensor<3xf64>) -> tensor<2x3xf64> loc("export_test.go":21:0)
    %add = stablehlo.add %multiply, %broadcast : tensor<2x3xf64> loc("export_test.go":21:0)
    %tanh = stablehlo.tanh %add : tensor<2x3xf64> loc("export_test.go":21:0)
    %multiply_1 = stablehlo.multiply %tanh, %tanh : tensor<2x3xf64> loc("export_test.go":21:0)
    %cst_1 = stablehlo.constant dense<1.0e+00> : tensor<2x3xf64>
    %subtract = stablehlo.subtract %cst_1, %multiply_1 : tensor<2x3xf64> loc("export_test.go":21:0)
    %multiply_2 = stablehlo.multiply %cst_1, %subtract : tensor<2x3xf64> loc("export_test.go":21:0)
    %cst_2 = stablehlo.constant dense<0.0e+00> : tensor<f64>
    %reduce = stablehlo.reduce(%multiply_2 init: %cst_2) applies stablehlo.add across dimensions = [0] : (tensor<2x3xf64>, tensor<f64>) -> tensor<3xf64> loc("export_test.go":21:0)
    %multiply_3 = stablehlo.multiply %multiply_2, %cst : tensor<2x3xf64> loc("export_test.go":21:0)
    return %multiply_3, %reduce : tensor<2x3xf64>, tensor<3xf64>
  }
}
