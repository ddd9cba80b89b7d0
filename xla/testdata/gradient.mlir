module @num_Grad_func1 {
  func.func public @main(%W: tensor<2x3xf64>, %B: tensor<3xf64>) -> (tensor<2x3xf64>, tensor<3xf64>) {
    %cst = stablehlo.constant dense<2.0e+00> : tensor<2x3xf64>
    %multiply = stablehlo.multiply %W, %cst : tensor<2x3xf64> loc("export_test.go":21:0)
    %broadcast = stablehlo.broadcast_in_dim %B, dims = [1] : (tensor<3xf64>) -> tensor<2x3xf64> loc("export_test.go":21:0)
    %add = stablehlo.add %multiply, %broadcast : tensor<2x3xf64> loc("export_test.go":21:0)
    %abs = stablehlo.abs %add : tensor<2x3xf64> loc("export_test.go":22:0)
    %cst_1 = stablehlo.constant dense<-2.0e+00> : tensor<2x3xf64>
    %multiply_1 = stablehlo.multiply %cst_1, %abs : tensor<2x3xf64> loc("export_test.go":22:0)
    %exponential = stablehlo.exponential %multiply_1 : tensor<2x3xf64> loc("export_test.go":22:0)
    %cst_2 = stablehlo.constant dense<1.0e+00> : tensor<2x3xf64>
    %add_1 = stablehlo.add %cst_2, %exponential : tensor<2x3xf64> loc("export_test.go":22:0)
    %cst_3 = stablehlo.constant dense<4.0e+00> : tensor<2x3xf64>
    %multiply_2 = stablehlo.multiply %cst_3, %exponential : tensor<2x3xf64> loc("export_test.go":22:0)
    %divide = stablehlo.divide %multiply_2, %add_1 : tensor<2x3xf64> loc("export_test.go":22:0)
    %divide_1 = stablehlo.divide %divide, %add_1 : tensor<2x3xf64> loc("export_test.go":22:0)
    %multiply_3 = stablehlo.multiply %cst_2, %divide_1 : tensor<2x3xf64> loc("export_test.go":21:0)
    %cst_4 = stablehlo.constant dense<0.0e+00> : tensor<f64>
    %reduce = stablehlo.reduce(%multiply_3 init: %cst_4) applies stablehlo.add across dimensions = [0] : (tensor<2x3xf64>, tensor<f64>) -> tensor<3xf64> loc("export_test.go":21:0)
    %multiply_4 = stablehlo.multiply %multiply_3, %cst : tensor<2x3xf64> loc("export_test.go":21:0)
    return %multiply_4, %reduce : tensor<2x3xf64>, tensor<3xf64>
  }
}
