using Xunit;

namespace DeepLearning.Primitives.Tests;

public class DifferentiateTests
{
    // f(x, y) = x²y + y³: gradient (2xy, x² + 3y²), Hessian ((2y, 2x), (2x, 6y)).
    private static readonly double[] s_at = [2, 3];

    [Fact]
    public void Gradient_and_Hessian_of_a_polynomial()
    {
        Assert.Equal([12, 31], Differentiate.Gradient<double>(Polynomial, s_at));
        Assert.Equal(new double[,] { { 6, 4 }, { 4, 18 } }, Differentiate.Hessian<double>(Polynomial, s_at));
        Assert.Equal([6 - 4, 4 - 18], Differentiate.HessianVectorProduct<double>(Polynomial, s_at, [1, -1]));
    }

    [Fact]
    public void A_variable_times_itself()
    {
        // Σ x²: gradient 2x, Hessian 2 on the diagonal; at 0 and where the square is infinite as well.
        static Variable<double> F(Variable<double> v) => (v * v).Sum();
        Assert.Equal([4, 0, -1e200], Differentiate.Gradient<double>(F, [2, 0, -5e199]));
        Assert.Equal(new double[,] { { 2, 0 }, { 0, 2 } }, Differentiate.Hessian<double>(F, [3, 0]));
        // What does not arrive does not leave either, whatever x is.
        Assert.Equal([0, 2], Differentiate.Gradient<double>(v => (v * v * v.Tape.Constant([0, 1], [2])).Sum(), [double.PositiveInfinity, 1]));
    }

    [Fact]
    public void Jacobian_and_its_product_with_a_vector()
    {
        // y = (x₀², x₁²) · (1, 10)
        static Variable<double> F(Variable<double> v) => v * v * v.Tape.Constant([1, 10], [2]);
        Assert.Equal(new double[,] { { 4, 0 }, { 0, 60 } }, Differentiate.Jacobian<double>(F, s_at));
        Assert.Equal([8, -60], Differentiate.JacobianVectorProduct<double>(F, s_at, [2, -1]));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Differentiate.Gradient<double>(v => v, s_at));
        Assert.Throws<ArgumentNullException>(() => Differentiate.Gradient<double>(null!, s_at));
        Assert.Throws<ArgumentException>(() => Differentiate.HessianVectorProduct<double>(Polynomial, s_at, [1]));
    }

    private static Variable<double> Polynomial(Variable<double> v)
    {
        Variable<double> x = (v * v.Tape.Constant([1, 0], [2])).Sum(), y = (v * v.Tape.Constant([0, 1], [2])).Sum();
        return (x * x * y) + (y * y * y);
    }
}
