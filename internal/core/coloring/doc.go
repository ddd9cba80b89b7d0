// Package coloring groups the columns and rows of a sparse matrix so that products with one vector
// for each group give all of its entries.
//
// Columns without a row in common can share a vector: in the product with their sum each result is
// one entry of one of them (Curtis, Powell & Reid, "On the estimation of sparse Jacobian matrices",
// 1974). The fewest groups are the colors of a graph whose vertices are the columns, which a greedy
// method comes close to (Coleman & Moré, "Estimation of sparse Jacobian matrices and graph coloring
// problems", 1983). Of a symmetric matrix each entry is needed from one of its two places only, for which
// a star coloring is enough (Coleman & Moré, "Estimation of sparse Hessian matrices and graph coloring
// problems", 1984). All of it is in Gebremedhin, Manne & Pothen, "What color is your Jacobian? Graph
// coloring for computing derivatives" (2005).
package coloring
