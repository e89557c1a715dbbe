using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Derivatives of functions of a vector. A function takes a variable of shape [n], made anew for each call, and is
/// computed on a tape of its own.
/// </summary>
public static class Differentiate
{
    /// <summary>∂f/∂xᵢ of a function with one value.</summary>
    /// <exception cref="InvalidOperationException">The function's value has not exactly one element.</exception>
    public static T[] Gradient<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> x = Start(function, at);
        return x.Tape.Gradients(function(x), x)[0].Value.ToArray();
    }

    /// <summary>∂yᵢ/∂xⱼ in row i and column j; the function's value may have any shape.</summary>
    public static T[,] Jacobian<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> x = Start(function, at);
        return Jacobian(function(x), x);
    }

    /// <summary>∂²f/∂xᵢ∂xⱼ of a function with one value.</summary>
    /// <exception cref="InvalidOperationException">The function's value has not exactly one element.</exception>
    public static T[,] Hessian<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> x = Start(function, at);
        return Jacobian(x.Tape.Gradients(function(x), x)[0], x);
    }

    /// <summary>H·v of a function with one value, without forming H.</summary>
    /// <exception cref="InvalidOperationException">The function's value has not exactly one element.</exception>
    /// <exception cref="ArgumentException">The direction has another length.</exception>
    public static T[] HessianVectorProduct<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at, ReadOnlySpan<T> direction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> x = Start(function, at);
        Guard.SameLength(at, direction);
        Variable<T> gradient = x.Tape.Gradients(function(x), x)[0];
        Variable<T> along = (gradient * x.Tape.Constant(direction, x.Shape)).Sum();
        return x.Tape.Gradients(along, x)[0].Value.ToArray();
    }

    /// <summary>J·v: the derivative of every element of the value along a direction.</summary>
    /// <exception cref="ArgumentException">The direction has another length.</exception>
    public static T[] JacobianVectorProduct<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at, ReadOnlySpan<T> direction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> x = Start(function, at);
        Guard.SameLength(at, direction);
        Variable<T> y = function(x);
        // Jᵀu is linear in u: its derivative in u along v is J·v.
        Variable<T> u = x.Tape.Constant(new T[y.Shape.ElementCount], y.Shape);
        Variable<T> pulledBack = x.Tape.Gradients((y * u).Sum(), x)[0];
        Variable<T> along = (pulledBack * x.Tape.Constant(direction, x.Shape)).Sum();
        return x.Tape.Gradients(along, u)[0].Value.ToArray();
    }

    private static Variable<T> Start<T>(Func<Variable<T>, Variable<T>> function, ReadOnlySpan<T> at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new GradientTape<T>().Constant(at, [at.Length]);
    }

    private static T[,] Jacobian<T>(Variable<T> y, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GradientTape<T> tape = x.Tape;
        int rows = y.Shape.ElementCount, columns = x.Shape.ElementCount;
        T[,] jacobian = new T[rows, columns];
        T[] unit = new T[rows];
        for (int i = 0; i < rows; i++)
        {
            unit[i] = T.One;
            ReadOnlySpan<T> row = tape.Gradients((y.Reshape(rows) * tape.Constant(unit, [rows])).Sum(), x)[0].Value;
            for (int j = 0; j < columns; j++) jacobian[i, j] = row[j];
            unit[i] = T.Zero;
        }

        return jacobian;
    }
}
